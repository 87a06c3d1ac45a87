package versions;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;

@JobModule(value = "MailJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(
    value = "mail.send",
    result = Sent.class,
    version = 3,
    aliases = {"post.send", "letter.send"})
record MailSend(@NotEmpty List<String> to, String text) {

  record Version1(String to, String text) {}

  @Upcaster(from = 1)
  static MailSend fromVersion1(Version1 old) {
    return new MailSend(List.of(old.to()), old.text());
  }

  @Upcaster(from = 2)
  static MailSend fromVersion2(String json) {
    return new MailSend(List.of("all"), json);
  }
}
