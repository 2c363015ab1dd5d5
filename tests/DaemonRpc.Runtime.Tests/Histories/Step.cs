using CsCheck;

namespace DaemonRpc.Runtime.Tests.Histories;

/// <summary>What may happen next to a daemon.</summary>
internal enum StepKind
{
    /// <summary>A client makes a call.</summary>
    Ask,

    /// <summary>A handler that was asked to run begins to, or one that gave way goes on.</summary>
    Begin,

    /// <summary>A running handler gives way.</summary>
    Yield,

    /// <summary>A running handler returns, throws, or gives up.</summary>
    End,

    /// <summary>A running handler reports.</summary>
    Report,

    /// <summary>A client cancels one of its calls, whatever has become of it.</summary>
    CancelOwn,

    /// <summary>A client cancels whatever runs.</summary>
    CancelAny,

    /// <summary>A client cancels by the id of a task: the one that runs, an earlier or a later one, or another daemon's.</summary>
    CancelById,

    /// <summary>The thread that cancels a token goes on.</summary>
    CancelToken,

    /// <summary>The grace of a cancellation passes.</summary>
    GracePasses,

    /// <summary>The limits of all waiting calls that have one pass.</summary>
    LimitsPass,

    /// <summary>A client's end of the connection is gone; then, the next time, the daemon notices.</summary>
    Leave,

    /// <summary>A client asks the daemon to leave.</summary>
    Stop,

    /// <summary>A client asks the daemon to leave at once.</summary>
    ForceStop,

    /// <summary>The handler is made, or cannot be.</summary>
    MakeHandler,

    /// <summary>A watcher looks.</summary>
    Look,
}

/// <summary>One step of a history.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Client">Who does it, where a client does.</param>
/// <param name="Which">To what, or how.</param>
/// <param name="Early">Whether it comes in the middle of the step before it, where that one can be interrupted.</param>
internal sealed record Step(StepKind Kind, int Client, int Which, bool Early)
{
    private static readonly StepKind[] s_decisive =
        [StepKind.Ask, StepKind.Begin, StepKind.Yield, StepKind.End, StepKind.CancelAny, StepKind.CancelById, StepKind.CancelToken, StepKind.GracePasses, StepKind.Leave, StepKind.Stop];

    private static readonly Gen<StepKind> s_kind = Gen.Frequency(
        (20, Gen.Const(StepKind.Ask)),
        (14, Gen.Const(StepKind.Begin)),
        (12, Gen.Const(StepKind.End)),
        (10, Gen.Const(StepKind.Yield)),
        (2, Gen.Const(StepKind.Report)),
        (7, Gen.Const(StepKind.CancelOwn)),
        (8, Gen.Const(StepKind.CancelAny)),
        (8, Gen.Const(StepKind.CancelById)),
        (8, Gen.Const(StepKind.CancelToken)),
        (5, Gen.Const(StepKind.GracePasses)),
        (1, Gen.Const(StepKind.LimitsPass)),
        (6, Gen.Const(StepKind.Leave)),
        (2, Gen.Const(StepKind.Stop)),
        (1, Gen.Const(StepKind.ForceStop)),
        (3, Gen.Const(StepKind.MakeHandler)),
        (4, Gen.Const(StepKind.Look)));

    /// <summary>Some steps in any order.</summary>
    public static Gen<Step[]> Some { get; } = Gen.Select(
        s_kind, Gen.Int[0, World.Clients - 1], Gen.Int[0, 7], Gen.Frequency((2, Gen.Const(true)), (1, Gen.Const(false))),
        static (kind, client, which, early) => new Step(kind, client, which, early)).Array[0, 50];

    /// <summary>A few that decide something, most of them in the middle of what came before.</summary>
    public static Gen<Step[]> Decisive { get; } = Gen.Select(
        Gen.Int[0, s_decisive.Length - 1].Select(static index => s_decisive[index]), Gen.Int[0, World.Clients - 1], Gen.Int[0, 7], Gen.Frequency((7, Gen.Const(true)), (1, Gen.Const(false))),
        static (kind, client, which, early) => new Step(kind, client, which, early)).Array[1, 10];
}

/// <summary>What does not change in the course of a history.</summary>
/// <param name="HandlerIsMade">Whether the handler is there from the beginning.</param>
/// <param name="OwnProcess">Whether force ends the process, and with it the history; or nothing can be ended.</param>
/// <param name="Continues">Whether tasks go on without their clients.</param>
internal sealed record Setting(bool HandlerIsMade, bool OwnProcess, bool Continues)
{
    public static Gen<Setting> Any { get; } = Gen.Select(
        Gen.Frequency((3, Gen.Const(true)), (1, Gen.Const(false))), Gen.Bool, Gen.Frequency((1, Gen.Const(true)), (3, Gen.Const(false))), static (made, own, continues) => new Setting(made, own, continues));
}
