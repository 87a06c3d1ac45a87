package orders;

import dev.tenon.jobs.annotation.Signal;

/** The job may continue. */
@Signal("order.continue")
record Continue() {}
