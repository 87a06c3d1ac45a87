package shop;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tenon.jobs.annotation.JobType;
import java.time.LocalDate;

@JobType("shop.import")
record Import(@JsonFormat(pattern = "dd.MM.yyyy") LocalDate day, @JsonIgnore String cache) {}
