package io.iommuledger.cli;

import io.iommuledger.cli.Question.Noun;
import io.iommuledger.cli.Question.Paging;
import io.iommuledger.cli.Subcommand.Nature;
import io.iommuledger.cli.table.Column;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** All questions of the command line; REST has the same, and every option but the common ones is a parameter of its. */
final class Subcommands {
    private static final Pattern DEVICE = Pattern.compile("[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
    private static final Pattern ADDRESSES = Pattern.compile("(0[xX][0-9a-fA-F]+|\\d+)(-(0[xX][0-9a-fA-F]+|\\d+))?");

    private static final Filter HOST = Filter.of("host", "HOST", "Only of this host.");
    private static final Filter ONE_HOST =
            Filter.of("host", "HOST", "Of this host; not needed where there is only one.");
    private static final Filter DEVICE_OF = Filter.of("device", "DEVICE", "Only about this device.");
    private static final Filter CONTEXT = Filter.of("context", "CONTEXT", "Only of this context, for example 3-1.");

    private static final Noun MAPPING = Noun.of("mapping");
    private static final Noun INTERVAL = Noun.of("interval");

    static final List<Subcommand> ALL = List.of(
            zombies(),
            mappings(),
            physical(),
            listOfHost("devices", "Lists a host's devices.", Nature.STATE, Noun.of("device"), Lists.DEVICES),
            contexts(),
            Subcommand.of(
                    "hosts",
                    "Lists hosts: what stands on each, and up to when it was heard.",
                    Nature.STATE,
                    always(Question.list("hosts", "hosts", Noun.of("host"), Lists.HOSTS))),
            listOfHost("regions", "Lists memory under a name.", Nature.STATE, Noun.of("region"), Lists.REGIONS),
            Subcommand.of(
                    "policies",
                    "Shows the policies in force on a host.",
                    Nature.STATE,
                    always(Question.line("hosts/{host}/policies", Lists.POLICIES)),
                    ONE_HOST),
            resets(),
            diff(),
            history(),
            listOfHost(
                    "p2p",
                    "Lists which devices reach which devices' BARs.",
                    Nature.STATE,
                    Noun.of("edge"),
                    Lists.P2P,
                    "edges",
                    Filter.of("importer", "DEVICE", "Only what this device reaches."),
                    Filter.of("exporter", "DEVICE", "Only who reaches this device.")),
            listOfHost(
                    "faults",
                    "Lists DMA that the IOMMU stopped.",
                    Nature.SUSPECT,
                    Noun.of("fault"),
                    Lists.FAULTS,
                    "faults",
                    DEVICE_OF,
                    Filter.of("iova", "IOVA", "Only at this address.")),
            listOfHost(
                    "findings",
                    "Lists what is odd about a host's facts.",
                    Nature.SUSPECT,
                    Noun.of("finding"),
                    Lists.FINDINGS),
            alarms(),
            events(),
            Subcommand.of(
                    "projection",
                    "Shows how the rows stand that answers are read from, and how far a rebuild of them is.",
                    Nature.SERVER,
                    always(Question.sheet("projection", ""))),
            Subcommand.of(
                    "rebuilds",
                    "Lists rebuilds of all rows, newest first.",
                    Nature.SERVER,
                    always(Question.list("rebuilds", "rebuilds", Noun.of("rebuild"), Lists.REBUILDS)
                            .pagedBy(Paging.NONE))),
            Subcommand.of(
                    "dead-letters",
                    "Lists events that could not be taken, and behind which others wait.",
                    Nature.TROUBLE,
                    always(Question.list("dead-letters", "deadLetters", Noun.of("dead letter"), Lists.DEAD_LETTERS)
                            .pagedBy(Paging.NONE))),
            operations());

    private Subcommands() {}

    /** The command side tells of one, the query side lists all. */
    private static Subcommand operations() {
        return Subcommand.of(
                        "operations",
                        "Lists what was asked of agents, newest first; or shows what became of one command.",
                        Nature.COMMAND,
                        given -> given.argument().isPresent()
                                ? Question.sheet("operations/{argument}", "")
                                : Question.list("operations", "operations", Noun.of("operation"), Lists.OPERATIONS),
                        HOST,
                        Filter.oneOf(
                                "state", "Only those in this state.", "pending", "succeeded", "refused", "unknown"),
                        Filter.of(
                                "since",
                                "WHEN",
                                "Only those asked for at an instant or later, or as long ago as -10s, -5m or -1h30m."),
                        Filter.of("principal", "PRINCIPAL", "Only those that it asked for."))
                .with("ID", "An operation's id, as the answer to the command has it.", false);
    }

    private static Subcommand physical() {
        return Subcommand.of(
                        "physical",
                        "Lists who could write to physical memory, as far as agents record where memory is (--frames).",
                        Nature.STATE,
                        given -> Question.list("physical", "reaching", MAPPING, Lists.PHYSICAL)
                                .orElse("address", given.argument().orElse("")),
                        HOST,
                        Filter.oneOf("access", "Who could write (as without), or read too.", "write", "any"))
                .with("ADDRESS[-LAST]", "Host physical addresses, both ends inside.", true);
    }

    private static Subcommand zombies() {
        return Subcommand.of(
                "zombies",
                "Lists mappings that outlive what they map, the most dangerous first, then the oldest.",
                Nature.SUSPECT,
                always(Question.list("zombies", "zombies", Noun.of("zombie"), Lists.ZOMBIES)),
                HOST,
                Filter.flag("ever", "Not only those that stand: every time that a mapping was one."),
                Filter.oneOf("exposes", "Whether a DMA can reach what it should not.", "true", "false"),
                Filter.of("device", "DEVICE", "Only of this device's BARs, or within its reach."),
                Filter.of("principal", "PRINCIPAL", "Only those that it asked for."),
                Filter.of("older-than", "TIME", "Only those that have been one for longer, for example 2s."));
    }

    private static Subcommand mappings() {
        Question all = Question.list("mappings", "mappings", MAPPING, Lists.MAPPINGS);
        return Subcommand.of(
                        "mappings",
                        "Lists mappings: all, or those that map an address or a BAR; or shows one of them.",
                        Nature.STATE,
                        given -> given.argument().isPresent()
                                ? Question.sheet("mappings/{argument}", "mapping")
                                        .unknownIfAbsent("exposes")
                                        .less("host", "context", "state")
                                : given.parameter("context").isPresent()
                                        ? Question.list(
                                                "hosts/{host}/contexts/{context}/mappings",
                                                "mappings",
                                                MAPPING,
                                                Lists.MAPPINGS)
                                        : given.parameter("exporter").isPresent()
                                                ? all
                                                : all.orElse("iova", "0-0xffffffffffffffff"),
                        HOST,
                        CONTEXT,
                        Filter.of(
                                "state",
                                "STATE,…",
                                "live (as without), zombie, all, or names of states with commas between."),
                        Filter.of("iova", "IOVA[-LAST]", "Only what maps any of these addresses, both ends inside."),
                        Filter.of("exporter", "DEVICE", "Only of this device's BARs."))
                .with("ID", "A mapping, for example rack7.3-15.", false);
    }

    private static Subcommand contexts() {
        return listOfHost(
                "contexts",
                "Lists a host's contexts.",
                Nature.STATE,
                Noun.of("context"),
                Lists.CONTEXTS,
                "contexts",
                Filter.oneOf("state", "Those that stand (as without), or closed ones too.", "standing", "all"));
    }

    private static Subcommand resets() {
        return Subcommand.of(
                        "resets",
                        "Lists reset episodes; or one of them, with the fate of each mapping.",
                        Nature.STATE,
                        given -> given.argument().isPresent()
                                ? Question.list("resets/{argument}", "fates", MAPPING, Lists.FATES)
                                : Question.list("resets", "resets", Noun.of("reset"), Lists.RESETS),
                        HOST,
                        DEVICE_OF,
                        Filter.oneOf("open", "Only those that go on, or only those that have ended.", "true", "false"))
                .with("ID", "An episode, for example rack7.3-r2.", false);
    }

    private static Subcommand diff() {
        return listOfHost(
                "diff",
                "Lists how the mappings of a host differ between two places in history.",
                Nature.SUSPECT,
                Noun.of("change"),
                Lists.DIFF,
                "changes",
                Filter.required(
                        "from",
                        "WHEN",
                        "Where the comparison begins: a position, an instant, or as long before where it ends as -10s,"
                                + " -5m or -1h30m."),
                CONTEXT);
    }

    private static Subcommand history() {
        return Subcommand.of(
                        "history",
                        "Shows what happened to a mapping, to a device, or at addresses of a context.",
                        Nature.STATE,
                        Subcommands::historyOf,
                        ONE_HOST,
                        Filter.of("context", "CONTEXT", "Whose addresses; not needed where only one stands."))
                .with("ID|DEVICE|IOVA[-LAST]", "For example rack7.3-15, 0000:3b:00.0 or 0x1000-0x1fff.", true);
    }

    private static Question historyOf(Given given) {
        String what = given.argument().orElse("");
        if (DEVICE.matcher(what).matches()) {
            return Question.list("hosts/{host}/devices/{argument}/history", "intervals", INTERVAL, Lists.DEVICE_HISTORY)
                    .less("context");
        }
        if (ADDRESSES.matcher(what).matches()) {
            return Question.list("hosts/{host}/contexts/{context}/history", "intervals", INTERVAL, Lists.RANGE_HISTORY)
                    .orElse("iova", what);
        }
        return Question.list("mappings/{argument}/history", "intervals", INTERVAL, Lists.LIFE)
                .less("host", "context");
    }

    private static Subcommand alarms() {
        return Subcommand.of(
                "alarms",
                "Lists what is wrong with who speaks for a host, and mappings not restored, newest first.",
                Nature.ALARM,
                always(Question.list("alarms", "alarms", Noun.of("alarm"), Lists.ALARMS)
                        .pagedBy(Paging.NONE)),
                HOST,
                Filter.oneOf("state", "Open ones (as without), or all.", "open", "all"));
    }

    private static Subcommand events() {
        return Subcommand.of(
                "events",
                "Lists the log itself, in its order.",
                Nature.LOG,
                always(Question.list("events", "events", Noun.of("event"), Lists.EVENTS)
                        .pagedBy(Paging.POSITION)),
                Filter.of("after", "POSITION", "Only what comes after it."),
                HOST,
                Filter.of("type", "TYPE", "Only of this kind, for example mapping.mapped."));
    }

    private static Subcommand listOfHost(
            String name, String description, Nature nature, Noun noun, List<Column> columns) {
        return listOfHost(name, description, nature, noun, columns, name);
    }

    private static Subcommand listOfHost(
            String name,
            String description,
            Nature nature,
            Noun noun,
            List<Column> columns,
            String rows,
            Filter... more) {
        Filter[] filters = new Filter[more.length + 1];
        filters[0] = ONE_HOST;
        System.arraycopy(more, 0, filters, 1, more.length);
        return Subcommand.of(
                name, description, nature, always(Question.list("hosts/{host}/" + name, rows, noun, columns)), filters);
    }

    private static Function<Given, Question> always(Question question) {
        return given -> question;
    }
}
