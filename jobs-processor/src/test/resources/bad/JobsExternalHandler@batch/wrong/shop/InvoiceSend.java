package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "invoice.send", external = true)
record InvoiceSend(String tenant, String address) {}
