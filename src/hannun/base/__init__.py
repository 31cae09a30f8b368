"""What every room stands on: settings, errors, the clock, identifiers, dates, money and logging."""
