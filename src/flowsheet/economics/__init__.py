"""Money: prices, charges and what the plant earns and costs per hour."""
