package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;

@JobType("shop.import")
record Import(@Valid String file) {}
