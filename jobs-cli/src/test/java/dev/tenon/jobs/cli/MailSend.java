package dev.tenon.jobs.cli;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;
import dev.tenon.jobs.annotation.Sensitive;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A mail; one to nobody fails, and says so in a way that would steer a terminal. One to somebody
 * who is busy is put off once.
 */
@JobType(
    value = "mail.send",
    result = String.class,
    schedules = @Schedule(cron = "0 3 1 1 *"),
    maxConcurrent = 5)
public record MailSend(String to, @Sensitive @Nullable String token) {

  MailSend(String to) {
    this(to, null);
  }

  /** What a schedule sends. */
  public MailSend() {
    this("everybody");
  }

  /** Sends mails. */
  @JobType("mail.send")
  public static final class Handler implements JobHandler<MailSend, String> {

    private final Set<UUID> putOff = ConcurrentHashMap.newKeySet();

    @Override
    public String execute(MailSend mail, JobContext context) {
      context.log().info("Sending", Map.of("to", mail.to()));
      context.log().warn("Slow\u001b[2J");
      if (mail.to().equals("busy") && putOff.add(context.jobId())) {
        throw context.snooze(Duration.ofSeconds(2));
      }
      if (mail.to().equals("nobody")) {
        throw new PermanentJobException("There is\u001b[31m nobody");
      }
      return "sent";
    }
  }
}
