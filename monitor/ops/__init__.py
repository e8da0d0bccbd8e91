"""What operators and their tools see of the running daemon: is it alive, is it ready, what does it do."""
