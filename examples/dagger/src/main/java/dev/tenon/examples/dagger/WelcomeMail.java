package dev.tenon.examples.dagger;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;

/** Welcomes somebody who has signed up. */
@JobType(value = "mail.welcome", timeout = "30s", maxAttempts = 3)
public record WelcomeMail(@NotBlank String name, @Email String to) {}
