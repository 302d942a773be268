"""Made by virtualenv before version 20."""
