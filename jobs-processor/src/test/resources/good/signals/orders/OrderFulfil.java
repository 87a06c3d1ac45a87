package orders;

import dev.tenon.jobs.annotation.JobType;

@JobType("order.fulfil")
public record OrderFulfil(String number) {}
