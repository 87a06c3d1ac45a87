package design;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Each form that a method can have. */
@JobType(value = "design.mail", result = Instant.class)
public record DesignMail(@Pattern(regexp = "[^@]+@[^@]+") String to, String text) {

  /** From the results of many jobs, and what is known before. */
  @FromResults
  static DesignMail ofParts(DesignMail draft, List<byte[]> parts) {
    return new DesignMail(draft.to(), parts.size() + " parts");
  }

  @FromResults
  public static DesignMail ofEach(
      DesignMail draft, DesignClone.Report clone, List<byte[]> parts, List<Instant> mails) {
    return new DesignMail(draft.to(), clone + ": " + parts.size() + ", " + mails.size());
  }

  /** Perhaps not needed. */
  @FromResults
  static Optional<DesignMail> ifIncomplete(DesignClone.Report clone, List<byte[]> parts) {
    return clone.partIds().size() == parts.size()
        ? Optional.empty()
        : Optional.of(new DesignMail("shop@example.com", "Parts are missing"));
  }

  /** Has the name that the constant of the pattern would have. */
  @FromResults
  static DesignMail toPattern(DesignClone.Report clone) {
    return new DesignMail("shop@example.com", clone.toString());
  }

  @FromResults
  static DesignMail of_three(DesignClone.Report clone, byte[] part, Instant mail) {
    return new DesignMail("shop@example.com", clone + " " + part.length + " " + mail);
  }

  /**
   * What workflows of before were submitted with.
   *
   * @deprecated in favour of {@link #ofParts}
   */
  @FromResults
  @Deprecated
  static DesignMail ofBefore(DesignClone.Report clone) {
    return toPattern(clone);
  }

  /**
   * The same, to go soon.
   *
   * @deprecated in favour of {@link #ofParts}
   */
  @FromResults
  @Deprecated(forRemoval = true)
  static Optional<DesignMail> ofLongAgo(DesignClone.Report clone) {
    return Optional.of(toPattern(clone));
  }
}
