"""What follows from the layers together: joins, figures, the state at a moment."""
