/* The transport between two ends: queues, cuts, resets, half-closes. */

#define has_room(side) (len(line[side]) < ROOM)
#define readable(side) (holds_data[side] || reset[side] || arrived[PEER(side)] > 0 || \
                        stream[PEER(side)] == ENDED)
#define writable(side) (reset[side] || stream[side] != OPEN || has_room(side))

byte flying, kept;          /* scratch, zero between steps */
mtype kind;

inline disturb()
{
    faults--;
    disturbed = 1
}

inline put(side, what)
{
    if
    :: severed[side] -> printf("vanishes %d %e\n", side, what)
    :: else -> line[side]!what; printf("puts %d %e\n", side, what)
    fi
}

/* What `side` sent and its peer cannot see yet is lost. */
inline lose_what_flies(side)
{
    d_step {
        flying = len(line[side]);
        kept = 0;
        do
        :: flying > 0 ->
            line[side]?kind;
            if
            :: kept < arrived[side] -> line[side]!kind; kept++
            :: else
            fi;
            flying--
        :: else -> break
        od;
        kept = 0;
        kind = 0
    }
}

inline lose_all(side)
{
    d_step {
        do
        :: len(line[side]) > 0 -> line[side]?kind
        :: else -> break
        od;
        arrived[side] = 0;
        kind = 0
    }
}

inline cut_off(side)
{
    /* a close_notify is the last record: it arrived if everything did */
    cut[PEER(side)] = cut[PEER(side)] || !sent_notice[side] || len(line[side]) > arrived[side];
    lose_what_flies(side)
}

inline see_reset(side)
{
    cut_off(side);
    /* what this side has not taken is lost, and it has taken the last record if none is left */
    cut[side] = cut[side] || !sent_notice[PEER(side)] || len(line[PEER(side)]) > 0;
    lose_all(PEER(side));
    reset[side] = 1;
    printf("reset %d\n", side)
}

/* The sender's FIN, behind everything it sent. */
inline half_close(side)
{
    if
    :: stream[side] == OPEN ->
        cut[PEER(side)] = cut[PEER(side)] || !sent_notice[side];
        stream[side] = ENDING;
        printf("fin %d\n", side)
    :: else
    fi
}

proctype Transport(bit from)
{
end:
    do
    :: atomic { arrived[from] < len(line[from]) ->
        arrived[from]++;
        printf("arrives %d\n", from) }
    :: atomic { stream[from] == ENDING && arrived[from] == len(line[from]) ->
        stream[from] = ENDED;
        printf("fin_arrives %d\n", from) }

    /* a reset is seen by both; a socket that is closed answers records with one */
    :: atomic { reset[PEER(from)] && !reset[from] && !gone[from] ->
        see_reset(from) }
    :: atomic { gone[PEER(from)] && !gone[from] && !reset[from] && len(line[from]) > 0 ->
        see_reset(from) }

    /* faults, until there are no more */
    :: atomic { faults > 0 && stream[from] != ENDED && !severed[from] ->
        disturb();
        cut_off(from);
        stream[from] = ENDING;
        severed[from] = 1;
        printf("cut %d\n", from) }
    :: atomic { faults > 0 && !reset[from] && !gone[from] ->
        disturb();
        see_reset(from) }
    :: atomic { faults > 0 ->
        faults = 0 }
    od
}
