package shop;

import dev.tenon.jobs.annotation.Batch;

@Batch(maxJobs = 10)
class Mails {}
