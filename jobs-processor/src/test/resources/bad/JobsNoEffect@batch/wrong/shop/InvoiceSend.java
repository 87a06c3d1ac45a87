package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "invoice.send", maxConcurrent = 20)
record InvoiceSend(String tenant, String address) {}
