package versions;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "mail.print", aliases = "aaa.print", result = Sent.class)
record MailPrint(String text) {}
