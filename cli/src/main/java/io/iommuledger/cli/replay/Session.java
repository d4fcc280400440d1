package io.iommuledger.cli.replay;

import io.iommuledger.cli.Screen;
import io.iommuledger.lifecycle.replay.BadCondition;
import io.iommuledger.lifecycle.replay.ConditionParser;
import io.iommuledger.lifecycle.replay.Player;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.lifecycle.replay.Watch;
import io.iommuledger.protocol.bundle.Manifest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A replay that somebody controls at a terminal, line by line: it stands until it is told to play, and while it plays, any
 * line stops it.
 */
final class Session {
    private static final long DRAWN_EVERY_NANOS = 50_000_000;

    private final Manifest manifest;
    private final Playhead head;
    private final OptionalLong end;
    private final Input input;
    private final Screen screen;
    private final BundlePace pace;
    private Player player;
    private boolean playing;
    /** Somebody has typed a line while it played; one with nothing in it only stops it. */
    private boolean stopping;

    private boolean everMet;
    private String message = "";
    private long drawn;

    /** @param end the instant up to which time passes after the last record; empty if it does not */
    Session(
            Manifest manifest,
            Playhead head,
            OptionalLong end,
            Optional<Watch> watch,
            Speed speed,
            Input input,
            Screen screen) {
        this.manifest = manifest;
        this.head = head;
        this.end = end;
        this.input = input;
        this.screen = screen;
        this.pace = new BundlePace(input, speed);
        this.player = new Player(head, watch, pace, end);
    }

    /** @return whether it ever stopped because a mapping met the condition */
    boolean run() throws InterruptedException {
        boolean going = true;
        message = Opening.facts(manifest);
        draw();
        while (going) {
            if (playing) {
                play();
            } else {
                String line = input.next();
                going = (stopping && line.isEmpty()) || does(line);
                stopping = false;
                if (going) {
                    draw();
                }
            }
        }
        screen.out().println();
        screen.out().flush();
        return everMet;
    }

    private void play() throws InterruptedException {
        switch (player.advance()) {
            case FOLDED -> {
                player.met().ifPresent(this::stopped);
                if (playing && System.nanoTime() - drawn > DRAWN_EVERY_NANOS) {
                    draw();
                }
            }
            case DISTURBED -> {
                playing = false;
                stopping = true;
            }
            case STOPPED -> {
                playing = false;
                message = "the end";
                player.met().ifPresent(this::stopped);
            }
        }
        if (!playing) {
            draw();
        }
    }

    private void stopped(Watch.Met met) {
        playing = false;
        everMet = true;
        message = "met by "
                + String.join(
                        ", ",
                        met.mappings().stream().map(Object::toString).limit(3).toList())
                + (met.mappings().size() > 3 ? " and " + (met.mappings().size() - 3) + " more" : "") + " at "
                + Instants.text(met.nanos());
    }

    /** @return whether it goes on */
    private boolean does(String line) {
        message = "";
        String[] words = line.split(" +", 2);
        String rest = words.length > 1 ? words[1].strip() : "";
        switch (words[0]) {
            case "", "n" -> move(Playhead::forward);
            case "b" -> move(Playhead::back);
            case "ne" -> move(Playhead::toNextEpisode);
            case "be" -> move(Playhead::toPreviousEpisode);
            case "p" -> {
                speed(rest);
                playing = true;
                player.goesOn();
            }
            case "x" -> speed(rest);
            case "g" -> seek(rest);
            case "u" -> until(rest);
            case "q" -> {
                return false;
            }
            default -> message = "no command: " + line;
        }
        return true;
    }

    private void move(Consumer<Playhead> movement) {
        movement.accept(head);
        player.stands();
    }

    private void speed(String text) {
        if (!text.isEmpty()) {
            Speed.parse(text)
                    .ifPresentOrElse(pace::set, () -> message = "no speed: " + text + "; expected " + Speed.EXPECTED);
        }
    }

    private void seek(String text) {
        OptionalLong wanted = Positions.parse(text);
        if (wanted.isEmpty() || wanted.getAsLong() < manifest.from() || wanted.getAsLong() > manifest.to()) {
            message = "no position in this bundle: " + text + "; it goes from " + manifest.from() + " to "
                    + manifest.to();
        } else {
            move(playhead -> playhead.seek(wanted.getAsLong()));
        }
    }

    private void until(String text) {
        try {
            Optional<Watch> watch =
                    text.isEmpty() ? Optional.empty() : Optional.of(new Watch(ConditionParser.parse(text)));
            player = new Player(head, watch, pace, end);
            message = text.isEmpty() ? "plays to the end" : "plays until " + text;
        } catch (BadCondition bad) {
            message = "no condition: " + bad.getMessage();
        }
    }

    private void draw() {
        drawn = System.nanoTime();
        String doing = playing ? "playing, " + pace.speed() : "paused, " + pace.speed();
        Screen.Size size = screen.size().get().orElse(new Screen.Size(80, 24));
        screen.out().print(Picture.of(manifest, head, doing, message, size, screen.paint()));
        screen.out().flush();
    }
}
