package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "seat.hold", startWithin = "soon")
record SeatHold(String seat) {}
