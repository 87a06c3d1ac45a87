package own;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Has the user's own constraints on everything that can have one. */
@JobModule(value = "OwnJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("own.book")
record Book(
    @Isbn String isbn,
    @Isbn(prefixes = "978", message = "starts with {prefixes}") @Nullable String other,
    List<@Isbn String> more,
    Map<@Isbn String, @Even Integer> copies,
    Optional<@Isbn String> former,
    @Even int pages,
    @Even OptionalInt chapters,
    @Even long @Nullable [] lines,
    @Even Integer @Nullable [] sheets,
    List<@Even Integer[]> volumes,
    @Sku String sku,
    @Near(4) @Near(value = 8, exact = true) double weight,
    @Constants @Nullable String constants) {}
