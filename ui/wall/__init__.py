"""The wall 大屏: what the room and its visitors see. It only reads, and is sent public rows alone."""
