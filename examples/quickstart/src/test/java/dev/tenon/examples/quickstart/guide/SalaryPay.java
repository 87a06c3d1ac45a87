package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import java.math.BigDecimal;
import java.util.UUID;

/** A salary to pay, by a worker that is not Java. */
@JobType(value = "salary.pay", external = true)
public record SalaryPay(UUID employee, @Sensitive BigDecimal amount, Account account) {

  /** Where it goes. */
  public record Account(String bank, @Sensitive String iban) {}
}
