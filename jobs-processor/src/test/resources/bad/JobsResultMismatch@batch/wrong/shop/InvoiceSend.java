package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType("invoice.send")
record InvoiceSend(String tenant, String address) {}
