package defs;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

/** Definitions whose handlers are compiled elsewhere, all in one class. */
@JobModule(value = "DefsJobs", handlers = JobModule.Handlers.ELSEWHERE)
public interface Defs {

  /** Sends a mail. */
  @JobType(value = "mail.send", timeout = "PT1M30S", maxAttempts = 1, retryDelays = {})
  record SendMail(String to) {}

  /** Rebuilds an index. */
  @JobType(value = "index.rebuild", routingKey = "slow", result = Integer.class, timeout = "1d",
      retryDelays = {"500ms", "0s"})
  record RebuildIndex() {}
}
