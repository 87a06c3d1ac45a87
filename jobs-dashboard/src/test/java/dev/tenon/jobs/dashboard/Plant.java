package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What the handlers of the tests depend on. */
final class Plant {

  final AtomicBoolean isBadDeployment = new AtomicBoolean();
  final CountDownLatch mayEnd = new CountDownLatch(1);

  /** Converts designs unless the deployment is bad. */
  @JobType("cad.convert")
  static final class Converter implements JobHandler<CadConvert, CadReport> {
    private final Plant plant;

    Converter(Plant plant) {
      this.plant = plant;
    }

    @Override
    public CadReport execute(CadConvert design, JobContext context) throws Exception {
      context.log().info("Reading " + design.file(), Map.of("format", design.options().format()));
      context.progress(40, "meshing " + design.file());
      if (design.file().startsWith("slow")) {
        plant.mayEnd.await();
      }
      if (plant.isBadDeployment.get()) {
        context.log().error("The kernel has no license for " + design.file());
        throw new LicenseException(
            "No license for " + design.options().format() + " while reading " + design.file());
      }
      return new CadReport("https://files.example.com/" + design.file(), 1204);
    }
  }

  /** Thrown by the bad deployment. */
  static final class LicenseException extends Exception {
    private static final long serialVersionUID = 1L;

    LicenseException(String message) {
      super(message);
    }
  }

  /** Sends nothing. */
  @JobType("mail.send")
  static final class Mailer implements JobHandler<MailSend, Void> {
    @Override
    public @Nullable Void execute(MailSend mail, JobContext context) {
      context.log().info("Sent");
      return null;
    }
  }
}
