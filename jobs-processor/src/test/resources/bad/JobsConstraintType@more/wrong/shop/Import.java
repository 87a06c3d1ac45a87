package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Past;
import java.time.Duration;
import java.util.UUID;

@JobType("shop.import")
record Import(@Null String a, @AssertTrue String b, @Past Duration c, @Digits(integer = 1, fraction = 1) UUID d) {}
