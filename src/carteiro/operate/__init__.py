"""Where the accounts and the machine meet; the privileged side."""
