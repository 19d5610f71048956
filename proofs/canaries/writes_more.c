/*
 * More is written than the contract says, which a caller would not expect.
 * fails: touch assigns
 */
typedef struct { unsigned char first, second; } pair;

/*@
  requires   valid: \valid(p);
  terminates \true;
  exits      \false;
  assigns    p->first;
  ensures    set: p->first == 1;
*/
void touch(pair *p);

void touch(pair *p)
{
    p->first = 1;
    p->second = 1;
}
