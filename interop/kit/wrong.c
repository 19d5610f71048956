#include "wrong.h"

const wrong_port *wrong_port_at(int number)
{
    if (number < wrong_answers_count)
        return &wrong_answers[number];
    number -= wrong_answers_count;
    return number < wrong_blocked_count ? &wrong_blocked[number]
                                        : &wrong_optional[number - wrong_blocked_count];
}

int wrong_port_count(void)
{
    return wrong_answers_count + wrong_blocked_count + wrong_optional_count;
}

const ew_port *wrong_make(const wrong_port *w, const ew_port *right)
{
    static ew_port made;
    right_port = right;
    made = *right;
#define PUT(function)                                                                              \
    if (w->port.function)                                                                          \
    made.function = w->port.function
#define PUT_IF_IT_HAS(function)                                                                    \
    if (right->function)                                                                           \
    PUT(function)
    PUT(attach);
    PUT(detach);
    PUT(clear);
    PUT(handshake);
    PUT(flush);
    PUT(send_close_notify);
    PUT(receive);
    PUT(take);
    PUT(write);
    PUT_IF_IT_HAS(adopt);
    PUT_IF_IT_HAS(peek);
    PUT_IF_IT_HAS(pending);
#undef PUT_IF_IT_HAS
#undef PUT
    return &made;
}
