"""What is true: submissions, answers, scores, outcomes, marts, disclosure control."""
