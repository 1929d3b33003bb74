"""What is said in calls that counts: disclosures that rules ask for, and opting out."""
