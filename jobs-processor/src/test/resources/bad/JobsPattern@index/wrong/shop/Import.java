package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Pattern;

@JobType("shop.import")
record Import(@Pattern(regexp = "*a") String a, @Email(regexp = "(") String b, @Pattern(regexp = "(?<n>a)(?<n>b)") String c) {}
