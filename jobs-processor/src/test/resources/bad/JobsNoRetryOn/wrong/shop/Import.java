package shop;

import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.import", noRetryOn = RetryJobException.class)
record Import(String file) {}
