package values;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.FutureOrPresent;
import jakarta.validation.constraints.Past;
import java.time.Year;
import java.time.ZoneId;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Holds types of Java's library that are one text or number in JSON. */
@JobModule(value = "ReportJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "report.print", result = Date.class)
public record Report(
    @Past Date orderedAt,
    @FutureOrPresent Year year,
    ZoneId zone,
    Locale language,
    Optional<Currency> currency,
    List<Locale> translations,
    Map<Currency, Year> firstYears) {}
