"""Maritime-strategy atlas: cited layers in, offline maps out."""
