package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

@JobType(value = "invoice.send", ordered = @Ordered)
record InvoiceSend(String tenant, String address) {}
