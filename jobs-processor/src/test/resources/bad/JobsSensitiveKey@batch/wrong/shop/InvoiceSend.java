package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;

@JobType("invoice.send")
record InvoiceSend(String tenant, @Sensitive String address) {}
