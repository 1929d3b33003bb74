"""The simulated Retell: its REST API, its webhooks, and the calls that play out behind them."""
