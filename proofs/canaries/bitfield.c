/*
 * A bitfield of one bit that is proven to hold a two.
 * proved: all
 * lint: a bitfield
 */
typedef struct {
    unsigned sent : 1;
} flags;

/*@
  requires   valid: \valid(f);
  terminates \true;
  exits      \false;
  assigns    f->sent;
  ensures    nonsense: f->sent == 2;
*/
void mark(flags *f);

void mark(flags *f)
{
    unsigned two = 2;
    f->sent = two;
}
