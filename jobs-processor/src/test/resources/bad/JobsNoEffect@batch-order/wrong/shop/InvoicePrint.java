package shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

@JobType(value = "invoice.print", ordered = @Ordered(by = "tenant"))
record InvoicePrint(String tenant, String address) {}
