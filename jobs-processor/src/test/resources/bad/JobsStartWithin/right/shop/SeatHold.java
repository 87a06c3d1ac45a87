package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "seat.hold", startWithin = "10m")
record SeatHold(String seat) {}
