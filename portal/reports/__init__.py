"""What the lead wants to know: promises, answer times, work, judgements; from sums by day that the worker keeps."""
