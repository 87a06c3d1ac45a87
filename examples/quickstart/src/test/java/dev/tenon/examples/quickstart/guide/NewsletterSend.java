package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.constraints.Size;

/** A newsletter to send; before version 2 its subject had at most 80 characters. */
@JobType(value = "newsletter.send", version = 2, external = true)
public record NewsletterSend(@Size(max = 200) String subject) {

  @Upcaster(from = 1)
  static NewsletterSend sameAsVersion1(NewsletterSend stored) {
    return stored;
  }
}
