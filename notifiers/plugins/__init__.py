"""Small Apprise plug-ins of ours, where the stock ones hide the other side's answer or break a promise.

Each reads the same addresses as the Apprise class it extends and adds `deliver`, which sends one alert and says how it
ended. Importing one imports a part of Apprise, so `notifiers.apprise` does that only when a channel needs it.
"""
