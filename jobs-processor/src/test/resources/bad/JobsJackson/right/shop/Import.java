package shop;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.jobs.annotation.JobType;
import java.time.LocalDate;

@JobType("shop.import")
record Import(@JsonProperty("import_day") LocalDate day) {}
