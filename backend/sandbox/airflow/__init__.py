"""A simulated Apache Airflow, which answers as releases 2 and 3 were seen to."""
