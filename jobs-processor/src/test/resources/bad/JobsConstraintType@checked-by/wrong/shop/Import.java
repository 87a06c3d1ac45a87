package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.Optional;

@JobType("shop.import")
record Import(@Code Optional<String> code) {}
