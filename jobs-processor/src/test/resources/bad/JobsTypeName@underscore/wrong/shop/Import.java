package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "order_mail", external = true)
record Import(String file) {}
