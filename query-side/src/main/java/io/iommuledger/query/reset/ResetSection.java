package io.iommuledger.query.reset;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.report.Control;
import io.iommuledger.query.report.Heading;
import io.iommuledger.query.report.Kind;
import io.iommuledger.query.report.Period;
import io.iommuledger.query.report.Reading;
import io.iommuledger.query.report.Section;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Reset episodes of a period. */
@Component
@Order(60)
class ResetSection implements Section {
    private static final EpisodeQueries.Wanted ALL = new EpisodeQueries.Wanted(Optional.empty(), Optional.empty());
    private static final EpisodeQueries.Wanted OPEN = new EpisodeQueries.Wanted(Optional.empty(), Optional.of(true));

    private static final Table TABLE = Table.of(
            "resets",
            "Reset episodes, newest first",
            "reset:Episode",
            "device:Device",
            "kind:Kind",
            "affected:Affected",
            "outcome:Outcome",
            "began:Began",
            "beganPosition:At position",
            "ended:Ended",
            "endedPosition:At position",
            "callNanos:System call, nanoseconds",
            "lastedNanos:Lasted, nanoseconds",
            "atLeastNanos:Lasted at least",
            "errno:Refused with",
            "mappings:Mappings touched",
            "withdrawn:Withdrawn",
            "waiting:Waiting to be restored",
            "lost:Lost",
            "operation:Operation");

    private final Reading reading;
    private final EpisodeQueries episodes;

    ResetSection(Reading reading, EpisodeQueries episodes) {
        this.reading = reading;
        this.episodes = episodes;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "reset-episodes", "Resets", EnumSet.of(Kind.COMPLIANCE, Kind.INCIDENT), Control.AU_2, Control.AU_3);
    }

    /** Those that began in it, and those that were open where it begins. */
    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(TABLE, taker -> {
            reading.<EpisodeAnswer>some(period, (end, page) -> episodes.find(end, ALL, page), episode -> {
                boolean within = episode.began().position() > period.from();
                if (within) {
                    taker.take(row(episode));
                }
                return within;
            });
            if (period.from() > 0) {
                reading.<EpisodeAnswer>before(
                        period,
                        (begin, page) -> episodes.find(begin, OPEN, page),
                        open -> taker.take(row(reading.at(
                                period,
                                new HostId(open.host()),
                                end -> episodes.find(end, Parameters.episode(open.id()))
                                        .orElse(open)))));
            }
        });
    }

    private static List<?> row(EpisodeAnswer episode) {
        return Rows.row(
                episode.id(),
                episode.device(),
                episode.kind(),
                episode.affected(),
                episode.outcome(),
                episode.began().instant(),
                episode.began().position(),
                episode.ended().map(Moment::instant),
                episode.ended().map(Moment::position),
                episode.callNanos(),
                episode.lastedNanos(),
                episode.atLeastNanos(),
                episode.refusal().map(refused -> refused.call() + " " + refused.errno()),
                episode.mappings().size(),
                episode.withdrawn().count(),
                episode.withdrawn().waiting(),
                episode.withdrawn().lost(),
                episode.operation().map(Object::toString));
    }
}
