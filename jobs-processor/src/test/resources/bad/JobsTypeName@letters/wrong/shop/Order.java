package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("заказ.новый")
record Order(String file) {}
